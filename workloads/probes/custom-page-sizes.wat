(module (memory 64 (pagesize 1))
  (func (export "run") (param i32) (result i64) (i64.extend_i32_u (i32.sub (memory.size) (i32.const 22)))))
