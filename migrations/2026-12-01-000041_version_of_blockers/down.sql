DROP FUNCTION version_of_blockers;
