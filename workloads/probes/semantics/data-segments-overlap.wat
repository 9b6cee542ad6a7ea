;; Later data segments write over earlier ones.
;; expect: 0x64636161
(module
  (memory 1)
  (data (i32.const 8) "aaaa")
  (data (i32.const 10) "cd")
  (func (export "run") (param i32) (result i64) (i64.load32_u (i32.const 8))))
