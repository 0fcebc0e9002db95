DROP TABLE checklist_items;
DROP TABLE checklists;
