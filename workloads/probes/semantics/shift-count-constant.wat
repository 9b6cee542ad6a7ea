;; Constant counts are taken modulo the width, too.
;; expect: 6
(module
  (func (export "run") (param i32) (result i64)
    (i64.add
      (i64.extend_i32_u (i32.shl (i32.const 1) (i32.const 33)))
      (i64.shl (i64.const 2) (i64.const 65)))))
