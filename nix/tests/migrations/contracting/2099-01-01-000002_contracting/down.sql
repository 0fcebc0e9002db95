UPDATE schema_compatibility SET min_compatible = '20261123000001';
