DROP TABLE join_links;
DROP TABLE invitations;
