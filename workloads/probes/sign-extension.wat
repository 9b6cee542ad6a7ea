(module (func (export "run") (param i32) (result i64)
  (i64.sub (i64.const 41) (i64.extend8_s (i64.const 0xff)))))
