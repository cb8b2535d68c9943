import assert from 'node:assert/strict'
import test from 'node:test'
import { marksOf } from '../../src/stoppress/newsroom/static/newsroom/paper/days.js'

const item = (day, isInOrder = true) => ({ day, isInOrder })

test('the first item of each day before today opens the day', () => {
  const days = ['30', '30', '29', '29', '27'].map((day) => item(day))
  assert.deepEqual(marksOf(days, '30'), [null, null, 'data-opens-day', null, 'data-opens-day'])
  assert.deepEqual(marksOf(days.slice(2), '30'), ['data-opens-day', null, 'data-opens-day'])
})

test('an item above the order of time says its own day and opens none', () => {
  const items = [item('28', false), item('30', false), item('30'), item('28'), item('28')]
  assert.deepEqual(marksOf(items, '30'), ['data-dated', null, null, 'data-opens-day', null])
})

test('the day of today is said once it is over', () => {
  assert.deepEqual(marksOf([item('30'), item('30')], '31'), ['data-opens-day', null])
})
