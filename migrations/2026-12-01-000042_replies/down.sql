DROP TABLE refused_mails;
DROP TABLE received_mails;
DROP TABLE reply_addresses;
