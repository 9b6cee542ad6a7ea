(module (global $g i64 (i64.add (i64.const 40) (i64.const 2)))
  (func (export "run") (param i32) (result i64) (global.get $g)))
