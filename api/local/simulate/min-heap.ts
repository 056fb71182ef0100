/** Gives back what was pushed, the least first; of equals the one that came first. */
export interface MinHeap<T> {
  push(one: T): void
  pop(): T | undefined
}

/** A binary heap. @param rank what is compared; it must not change while an element is held */
export const minHeap = <T>(rank: (one: T) => number): MinHeap<T> => {
  const nodes: Array<{ readonly one: T; readonly rank: number; readonly nth: number }> = []
  let pushed = 0

  const isBefore = (a: number, b: number): boolean => {
    const [first, second] = [nodes[a], nodes[b]]
    if (first === undefined || second === undefined) return false
    return first.rank < second.rank || (first.rank === second.rank && first.nth < second.nth)
  }
  const swap = (a: number, b: number): void => {
    const [first, second] = [nodes[a], nodes[b]]
    if (first === undefined || second === undefined) return
    nodes[a] = second
    nodes[b] = first
  }

  return {
    push(one) {
      let at = nodes.push({ one, rank: rank(one), nth: pushed++ }) - 1
      for (let parent = (at - 1) >> 1; at > 0 && isBefore(at, parent); parent = (at - 1) >> 1) {
        swap(at, parent)
        at = parent
      }
    },
    pop() {
      swap(0, nodes.length - 1)
      const least = nodes.pop()
      for (let at = 0; ; ) {
        const [left, right] = [2 * at + 1, 2 * at + 2]
        const child = isBefore(right, left) ? right : left
        if (!isBefore(child, at)) break
        swap(at, child)
        at = child
      }
      return least?.one
    }
  }
}
