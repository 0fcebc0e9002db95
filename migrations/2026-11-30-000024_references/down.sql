DROP TABLE former_members;
DROP TABLE card_references;
