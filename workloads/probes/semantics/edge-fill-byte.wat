;; A fill takes the lowest byte of its value.
;; expect: 171
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (memory.fill (i32.const 4) (i32.const 0x12ab) (i32.const 1))
    (i64.load16_u (i32.const 4))))
