using System.Runtime.ExceptionServices;
using Microsoft.ML.Diffusion.Core.Ranks;

namespace Microsoft.ML.Diffusion.Testing;

/// <summary>Ranks that are threads of one process.</summary>
internal sealed class ThreadExchange : GradientExchange
{
    private readonly Meeting _meeting;
    private readonly TimeSpan? _delay;

    private ThreadExchange(Meeting meeting, int rank, TimeSpan? delay) => (_meeting, Rank, _delay) = (meeting, rank, delay);

    public override int Rank { get; }

    public override int Ranks => _meeting.Sent.Length;

    internal override bool RefusesSlowNetworks => _delay is not null;

    /// <summary>Runs the work of every rank, each on its own thread; of several failures the one that ended the others is thrown.</summary>
    /// <param name="ranks">How many.</param>
    /// <param name="work">What one rank does.</param>
    /// <param name="delay">How long an exchange takes at least; null where none is refused for being slow.</param>
    public static T[] Run<T>(int ranks, Func<GradientExchange, T> work, TimeSpan? delay = null)
    {
        using var meeting = new Meeting(ranks);
        var results = new T[ranks];
        Thread[] threads = [.. Enumerable.Range(0, ranks).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new ThreadExchange(meeting, rank, delay));
            }
            catch (Exception e)
            {
                meeting.Fail(e);
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        meeting.Failure?.Throw();
        return results;
    }

    internal override void AllToAll(
        ReadOnlySpan<float> send, ReadOnlySpan<int> sendCounts, Span<float> receive, ReadOnlySpan<int> receiveCounts)
    {
        Thread.Sleep(_delay ?? TimeSpan.Zero);
        var parts = new float[Ranks][];
        for (int rank = 0, start = 0; rank < Ranks; start += sendCounts[rank++])
            parts[rank] = send.Slice(start, sendCounts[rank]).ToArray();
        object[] all = Share(parts);
        for (int rank = 0, start = 0; rank < Ranks; start += receiveCounts[rank++])
        {
            float[] part = ((float[][])all[rank])[Rank];
            Assert.Equal(receiveCounts[rank], part.Length);
            part.CopyTo(receive[start..]);
        }
    }

    internal override void AllGather(ReadOnlySpan<float> own, Span<float> all, ReadOnlySpan<int> counts)
    {
        object[] parts = Share(own.ToArray());
        for (int rank = 0, start = 0; rank < Ranks; start += counts[rank++])
        {
            Assert.Equal(counts[rank], ((float[])parts[rank]).Length);
            ((float[])parts[rank]).CopyTo(all[start..]);
        }
    }

    internal override void Broadcast(Span<byte> bytes)
    {
        byte[] first = (byte[])Share(bytes.ToArray())[0];
        Assert.Equal(first.Length, bytes.Length);
        first.CopyTo(bytes);
    }

    /// <summary>What every rank has given.</summary>
    private object[] Share(object own)
    {
        _meeting.Sent[Rank] = own;
        _meeting.Wait();
        object[] all = [.. _meeting.Sent];
        _meeting.Wait();
        return all;
    }

    private sealed class Meeting(int ranks) : IDisposable
    {
        private readonly Barrier _barrier = new(ranks);
        private readonly CancellationTokenSource _end = new();
        private readonly Lock _lock = new();

        public object[] Sent { get; } = new object[ranks];

        public ExceptionDispatchInfo? Failure { get; private set; }

        public void Wait() => _barrier.SignalAndWait(_end.Token);

        public void Fail(Exception e)
        {
            lock (_lock)
                Failure ??= ExceptionDispatchInfo.Capture(e);
            _end.Cancel();
        }

        public void Dispose()
        {
            _barrier.Dispose();
            _end.Dispose();
        }
    }
}
