DROP TABLE card_labels;
DROP TABLE labels;
