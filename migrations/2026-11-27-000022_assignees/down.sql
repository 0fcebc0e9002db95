DROP TABLE card_mentions;
DROP TABLE board_watches;
DROP TABLE card_watches;
DROP TABLE assignees;
