using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.ML.Diffusion.Core.Threading;

namespace Microsoft.ML.Diffusion.Core.Tests.Threading;

// Alone, for one test takes the threads of everybody.
[CollectionDefinition(nameof(ParallelLoopTests), DisableParallelization = true)]
[Collection(nameof(ParallelLoopTests))]
public class ParallelLoopTests
{
    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(7, 1)]
    [InlineData(7, 3)]
    [InlineData(1_000, 16)]
    [InlineData(100_003, 4)]
    public void Every_item_is_done_once(int count, int? threads)
    {
        int[] times = new int[count];
        ParallelLoop.Run(count, i => Interlocked.Increment(ref times[i]), threads);
        Assert.All(times, n => Assert.Equal(1, n));
    }

    [Fact]
    public void No_more_threads_than_allowed_work_at_once()
    {
        int now = 0, most = 0;
        ParallelLoop.Run(200, _ =>
        {
            int own = Interlocked.Increment(ref now);
            for (int seen = most; own > seen; seen = most)
                Interlocked.CompareExchange(ref most, own, seen);
            Thread.Sleep(1);
            Interlocked.Decrement(ref now);
        }, threads: 3);
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public void Other_threads_help()
    {
        // Each item waits for the other: one thread alone would wait for the limit.
        using var both = new Barrier(2);
        bool[] met = new bool[2];
        ParallelLoop.Run(2, i => met[i] = both.SignalAndWait(TimeSpan.FromMinutes(2)), threads: 2);
        Assert.Equal([true, true], met);
    }

    [Fact]
    public void Every_thread_prepares_for_itself_once()
    {
        var made = new ConcurrentBag<int>();
        int[] by = new int[300];
        ParallelLoop.Run(by.Length, () =>
        {
            int own = Environment.CurrentManagedThreadId;
            made.Add(own);
            return i => by[i] = own == Environment.CurrentManagedThreadId ? own : -1;
        }, threads: 4);
        Assert.Equal(made.Count, made.Distinct().Count());
        Assert.All(by, id => Assert.Contains(id, made));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void An_exception_comes_out_as_it_was_thrown(int threads)
    {
        int done = 0;
        InvalidDataException thrown = Assert.Throws<InvalidDataException>(() => ParallelLoop.Run(1_000_000, i =>
        {
            Interlocked.Increment(ref done);
            if (i == 10)
                throw new InvalidDataException("item 10");
        }, threads));
        Assert.Equal("item 10", thrown.Message);
        Assert.True(done < 1_000_000, "the loop goes on after a failure");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_request_to_stop_ends_the_loop(int threads)
    {
        using var source = new CancellationTokenSource();
        int done = 0;
        OperationCanceledException thrown = Assert.Throws<OperationCanceledException>(() => ParallelLoop.Run(1_000_000, _ =>
        {
            if (Interlocked.Increment(ref done) == 5)
                source.Cancel();
        }, threads, source.Token));
        Assert.Equal(source.Token, thrown.CancellationToken);
        Assert.True(done < 1_000_000, "the loop goes on after a request to stop");
        Assert.Throws<OperationCanceledException>(() => ParallelLoop.Run(0, _ => { }, threads, source.Token));
    }

    [Fact]
    public void Loops_inside_loops_end_where_every_thread_of_the_pool_is_blocked()
    {
        ThreadPool.GetMaxThreads(out int workers, out int ports);
        using var gate = new ManualResetEventSlim();
        using var ended = new CountdownEvent(200);
        ThreadPool.SetMaxThreads(Environment.ProcessorCount, ports);
        int[] sums = new int[50];
        try
        {
            for (int i = 0; i < ended.InitialCount; i++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(_ =>
                {
                    gate.Wait();
                    ended.Signal();
                }, null);
            }
            var loop = new Thread(() => ParallelLoop.Run(sums.Length, i => ParallelLoop.Run(100, _ => Interlocked.Increment(ref sums[i]), 4), 4))
            {
                IsBackground = true,
            };
            loop.Start();
            Assert.True(loop.Join(TimeSpan.FromMinutes(2)), "the loop waits for a thread of the pool");
        }
        finally
        {
            ThreadPool.SetMaxThreads(workers, ports);
            gate.Set();
            ended.Wait();
        }
        Assert.All(sums, sum => Assert.Equal(100, sum));
    }

    [Fact]
    public void Items_see_what_flows_with_the_call()
    {
        var watch = Stopwatch.StartNew();
        var local = new AsyncLocal<int> { Value = 7 };
        int[] seen = new int[500];
        ParallelLoop.Run(seen.Length, i =>
        {
            SpinWait.SpinUntil(() => watch.ElapsedMilliseconds > 20);
            seen[i] = local.Value;
        }, threads: 4);
        Assert.All(seen, value => Assert.Equal(7, value));
    }
}
