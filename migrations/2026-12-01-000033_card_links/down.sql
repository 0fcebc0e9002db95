DROP TRIGGER card_links_follow_cards ON cards;
DROP FUNCTION card_links_follow_cards();
DROP TABLE card_links;
