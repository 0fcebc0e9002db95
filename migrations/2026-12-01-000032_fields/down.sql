DROP TABLE card_fields;
DROP TABLE field_choices;
DROP TABLE fields;
