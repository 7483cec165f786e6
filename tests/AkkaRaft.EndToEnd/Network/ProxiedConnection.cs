using System.Net.Sockets;

namespace AkkaRaft.EndToEnd.Network;

/// <summary>A connection through the proxy: the connecting node's half, the accepting node's half, and a link for each direction.</summary>
internal sealed class ProxiedConnection(Socket near, Socket far, Link outward, Link homeward) : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private readonly CancellationTokenSource _ended = new();
    private volatile bool _hasLostBytes;

    public Link Outward => outward;

    public Link Homeward => homeward;

    /// <summary>Whether a link let bytes of it vanish, so that nothing behind them can be understood.</summary>
    public bool HasLostBytes => _hasLostBytes;

    /// <summary>Carries the connection's first bytes, which the proxy has read to learn who connects.</summary>
    public Task StartWithAsync(ReadOnlyMemory<byte> bytes) => CarryAsync(far, bytes, outward);

    /// <summary>Carries bytes both ways until the connection has ended for both nodes.</summary>
    public Task RunAsync() => Task.WhenAll(PumpAsync(near, far, outward, homeward), PumpAsync(far, near, homeward, outward));

    /// <summary>Ends the connection for both nodes at once, with a reset.</summary>
    public void Reset()
    {
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself in the meantime.
            return;
        }

        Abort(near);
        Abort(far);
    }

    public void Dispose()
    {
        near.Dispose();
        far.Dispose();
        _ended.Dispose();
    }

    // What happens to one node's half is news to the other, and travels over the link as the bytes do.
    private async Task PumpAsync(Socket source, Socket target, Link link, Link back)
    {
        var buffer = new byte[BufferBytes];
        var swallowing = false;
        try
        {
            while (true)
            {
                await link.PassableAsync(_ended.Token);
                var read = await ReceiveAsync(source, buffer);
                await link.PassableAsync(_ended.Token);
                if (read is null)
                {
                    Abort(target);
                    return;
                }

                if (read == 0)
                {
                    Finish(target);
                    return;
                }

                swallowing |= link.Fault.Kind == LinkFaultKind.Half;
                if (swallowing)
                {
                    _hasLostBytes = true;
                    continue;
                }

                if (!await CarryAsync(target, buffer.AsMemory(0, read.Value), link))
                {
                    await back.PassableAsync(_ended.Token);
                    Abort(source);
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection was reset from outside.
        }
    }

    private async Task<int?> ReceiveAsync(Socket source, byte[] buffer)
    {
        try
        {
            return await source.ReceiveAsync(buffer, _ended.Token);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    private async Task<bool> CarryAsync(Socket target, ReadOnlyMemory<byte> bytes, Link link)
    {
        var fault = link.Fault;
        if (fault.Kind == LinkFaultKind.Slow)
        {
            await Task.Delay(fault.Delay, _ended.Token);
            await link.PassableAsync(_ended.Token);
        }

        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await target.SendAsync(bytes, _ended.Token)..];
            }

            return true;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static void Finish(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // It has ended already, which is all that was wanted.
        }
    }

    private static void Abort(Socket socket) => socket.Close(0);
}
