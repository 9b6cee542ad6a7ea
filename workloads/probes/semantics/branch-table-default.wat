;; An index behind a branch table's end takes the default, and so does a negative one.
;; argument: -1
;; expect: 9
(module
  (func (export "run") (param i32) (result i64)
    (block $default (block $one (block $zero
      (br_table $zero $one $default (local.get 0)))
      (return (i64.const 7)))
      (return (i64.const 8)))
    (i64.const 9)))
