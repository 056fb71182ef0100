import { describe, expect, it } from 'vitest'
import { gateway, gatewayLimitMs } from '../../../api/local/snowflake-caller/gateway.ts'
import { httpSend } from '../../../api/local/snowflake-caller/http-send.ts'
import { scriptedService } from '../../support/scripted-service.ts'

const request = (url: string) => ({
  method: 'POST' as const,
  url,
  headers: {},
  signal: new AbortController().signal
})

describe('the gateway between Snowflake and the service', () => {
  it('gives up after 30 s', () => expect(gatewayLimitMs).toBe(30_000))

  it('answers 504 for a service that takes too long, and lets it work on', async () => {
    const release = Promise.withResolvers<void>()
    const finished = Promise.withResolvers<number>()
    await using service = await scriptedService(async () => {
      await release.promise
      return { status: 200 }
    })
    const http = httpSend()
    const send = gateway(async (each) => {
      const reply = await http.send(each)
      finished.resolve(reply.status)
      return reply
    }, 1)

    expect(await send(request(service.url))).toMatchObject({ status: 504 })
    release.resolve()
    expect(await finished.promise).toBe(200)
    http.close()
  })

  it('passes answers and failures through', async () => {
    await using service = await scriptedService((_, nth) => (nth === 0 ? { status: 418 } : 'reset'))
    const http = httpSend()
    const send = gateway(http.send)

    expect(await send(request(service.url))).toMatchObject({ status: 418 })
    await expect(send(request(service.url))).rejects.toThrow()
    http.close()
  })
})
