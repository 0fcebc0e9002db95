-- The numbers go with their column.
SELECT;
