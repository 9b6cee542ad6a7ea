;; A trap is no exception: catch_all does not catch it.
;; expect: trap unreachable
(module
  (func (export "run") (param i32) (result i64)
    (block $caught
      (try_table (catch_all $caught) (unreachable)))
    (i64.const 7)))
