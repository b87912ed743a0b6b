/* SPDX-License-Identifier: GPL-2.0 */
/* The form of a lab file. */
#ifndef NSB_LAB_SCHEMA_H
#define NSB_LAB_SCHEMA_H

#include <cyaml/cyaml.h>

extern const cyaml_schema_value_t lab_schema;

/* Prints it as a JSON schema, for editors. */
void json_schema_print(void);

#endif /* NSB_LAB_SCHEMA_H */
