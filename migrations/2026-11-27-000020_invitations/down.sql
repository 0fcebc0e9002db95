DROP TABLE public_links;
DROP TABLE join_links;
DROP TABLE invitations;
