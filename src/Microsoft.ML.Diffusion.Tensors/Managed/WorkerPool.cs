using System.Diagnostics;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Threads that help with the chunks of one operation at a time, without allocating.</summary>
/// <remarks>
/// The calling thread works too. A helper that is late is simply left out: its invitation is taken back and the chunks are done
/// without it. Where helpers stay away several times in a row, or one that came is slow to finish, other programs have
/// the processors, and work goes on without help for a while. While one caller has the helpers, others work alone; so any
/// number of threads may call at once, and nested calls are harmless. Which thread does a chunk never changes its result.
/// </remarks>
internal sealed unsafe class WorkerPool
{
    /// <summary>How long a helper looks for the next operation before it goes to sleep: about the time between two operations.</summary>
    private static readonly long s_spinTicks = Stopwatch.Frequency / 20_000;

    /// <summary>Waiting longer than this for a helper means that the machine is busy.</summary>
    private static readonly long s_longWait = Stopwatch.Frequency / 5_000;

    /// <summary>For how many times the time lost by waiting the work goes on alone: at most a tenth is ever lost.</summary>
    private const int Caution = 10;

    /// <summary>For how long it goes on alone after nobody has come <see cref="MostMissed"/> times in a row.</summary>
    private static readonly long s_pause = Stopwatch.Frequency / 50;

    private const int MostMissed = 16;

    private readonly Lock _growing = new();
    private volatile Helper[] _helpers = [];
    private int _busy;

    // The operation that the helpers are invited to.
    private delegate*<void*, int, void> _action;
    private void* _state;
    private int _chunks;
    private int _next;
    private Exception? _failure;

    /// <summary>For how long to work alone, in ticks.</summary>
    private long _alone;

    /// <summary>How many times in a row no helper came.</summary>
    private int _missed;

    internal static WorkerPool Shared { get; } = new();

    /// <summary>Calls <paramref name="action"/> for every chunk from 0, on up to <paramref name="threads"/> threads.</summary>
    internal void Run(int threads, int chunks, delegate*<void*, int, void> action, void* state)
    {
        int wanted = Math.Min(threads, chunks) - 1;
        if (wanted <= 0 || Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            for (int chunk = 0; chunk < chunks; chunk++)
                action(state, chunk);
            return;
        }

        try
        {
            long start = Stopwatch.GetTimestamp();
            if (_alone > 0)
            {
                for (int chunk = 0; chunk < chunks; chunk++)
                    action(state, chunk);
                _alone -= Stopwatch.GetTimestamp() - start;
                return;
            }

            Helper[] helpers = _helpers.Length >= wanted ? _helpers : Grow(wanted);
            _action = action;
            _state = state;
            (_chunks, _failure) = (chunks, null);
            Volatile.Write(ref _next, 0);
            long done = start;
            bool helped = false;
            for (int i = 0; i < wanted; i++)
                helpers[i].Invite();
            try
            {
                Work();
                done = Stopwatch.GetTimestamp();
            }
            finally
            {
                for (int i = 0; i < wanted; i++)
                    helped |= helpers[i].Finish();
            }

            long waited = Stopwatch.GetTimestamp() - done;
            if (waited > s_longWait && waited > (done - start) / 2)
                _alone = Caution * waited;
            _missed = helped ? 0 : _missed + 1;
            if (_missed == MostMissed)
                (_alone, _missed) = (s_pause, 0);
            if (_failure is not null)
                throw new InvalidOperationException("A part of the operation failed.", _failure);
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    private void Work()
    {
        for (int chunk; (chunk = Interlocked.Increment(ref _next) - 1) < _chunks;)
            _action(_state, chunk);
    }

    private Helper[] Grow(int count)
    {
        lock (_growing)
        {
            Helper[] helpers = _helpers;
            if (helpers.Length < count)
                helpers = [.. helpers, .. Enumerable.Range(0, count - helpers.Length).Select(_ => new Helper(this))];
            return _helpers = helpers;
        }
    }

    private sealed class Helper
    {
        private const int Idle = 0;
        private const int Invited = 1;
        private const int Working = 2;

        private readonly WorkerPool _pool;
        private readonly object _bed = new();
        private int _state;
        private int _asleep;

        internal Helper(WorkerPool pool)
        {
            _pool = pool;
            new Thread(Loop) { IsBackground = true, Name = "Tensor worker" }.Start();
        }

        internal void Invite()
        {
            // A full fence between this write and the read of _asleep, and the same the other way round in Loop: at least one of
            // the two threads sees what the other wrote, so no invitation is slept through.
            Interlocked.Exchange(ref _state, Invited);
            if (Volatile.Read(ref _asleep) == 0)
                return;
            lock (_bed)
                Monitor.Pulse(_bed);
        }

        /// <summary>Takes the invitation back where the helper has not come yet; otherwise waits until it is done.</summary>
        /// <returns>Whether it came.</returns>
        internal bool Finish()
        {
            if (Interlocked.CompareExchange(ref _state, Idle, Invited) == Invited)
                return false;
            var spin = default(SpinWait);
            while (Volatile.Read(ref _state) == Working)
                spin.SpinOnce(sleep1Threshold: -1);
            return true;
        }

        private void Loop()
        {
            while (true)
            {
                Await();
                if (Interlocked.CompareExchange(ref _state, Working, Invited) != Invited)
                    continue;
                try
                {
                    _pool.Work();
                }
#pragma warning disable CA1031 // Whatever failed is thrown again on the calling thread.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    _pool._failure = e;
                }

                Volatile.Write(ref _state, Idle);
            }
        }

        private void Await()
        {
            long start = Stopwatch.GetTimestamp();
            while (Volatile.Read(ref _state) != Invited)
            {
                Thread.SpinWait(8);
                if (Stopwatch.GetTimestamp() - start < s_spinTicks)
                    continue;

                Interlocked.Exchange(ref _asleep, 1);
                lock (_bed)
                {
                    while (Volatile.Read(ref _state) != Invited)
                        Monitor.Wait(_bed);
                }

                Volatile.Write(ref _asleep, 0);
                start = Stopwatch.GetTimestamp();
            }
        }
    }
}
