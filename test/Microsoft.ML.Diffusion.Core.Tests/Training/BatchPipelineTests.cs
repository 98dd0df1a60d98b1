using Microsoft.ML.Diffusion.Core.Training;

namespace Microsoft.ML.Diffusion.Core.Tests.Training;

public class BatchPipelineTests
{
    private const int Count = 1000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Batches_come_in_order_and_stay_the_callers_until_the_next(bool ahead)
    {
        long prepared = 0;
        using BatchPipeline<long[]> batches = Pipeline(ahead, Count, (batch, step) =>
        {
            Assert.Equal(prepared++, step);
            batch[0] = step;
        });
        for (long step = 0; step < Count; step++)
        {
            long[] batch = batches.Take();
            Thread.SpinWait((int)(step % 50));
            Assert.Equal(step, batch[0]);
        }

        Assert.Equal(Count, prepared);
        Assert.Throws<InvalidOperationException>(batches.Take);
    }

    [Fact]
    public void The_next_batch_is_prepared_while_the_caller_works()
    {
        using var second = new ManualResetEventSlim();
        using BatchPipeline<long[]> batches = Pipeline(true, 2, (_, step) =>
        {
            if (step == 1)
                second.Set();
        });
        batches.Take();
        Assert.True(second.Wait(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_fails_in_the_preparation_is_thrown_where_the_batch_is_taken(bool ahead)
    {
        using BatchPipeline<long[]> batches = Pipeline(ahead, Count, (_, step) =>
        {
            if (step == 3)
                throw new OperationCanceledException("stop");
        });
        for (int i = 0; i < 3; i++)
            batches.Take();
        Thread.Sleep(10);
        Assert.Equal("stop", Assert.Throws<OperationCanceledException>(batches.Take).Message);
    }

    [Fact]
    public void Once_disposed_nothing_is_prepared_any_more()
    {
        for (int round = 0; round < 200; round++)
        {
            bool isDisposed = false, isLate = false;
            using (BatchPipeline<long[]> batches = Pipeline(true, Count, (_, _) =>
                {
                    Thread.SpinWait(200);
                    isLate |= Volatile.Read(ref isDisposed);
                }))
            {
                batches.Take();
                Thread.SpinWait(round);
            }

            Volatile.Write(ref isDisposed, true);
            Thread.SpinWait(400);
            Assert.False(isLate);
        }
    }

    [Fact]
    public void It_allocates_nothing_from_batch_to_batch()
    {
        // The pool itself may start a thread now and then, so the best of some rounds counts.
        using BatchPipeline<long[]> batches = Pipeline(true, Count, (batch, step) => batch[0] = step);
        long fewest = long.MaxValue;
        for (int round = 0; round < 10; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Count / 10; i++)
                batches.Take();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, fewest);
    }

    private static BatchPipeline<long[]> Pipeline(bool ahead, long count, Action<long[], long> prepare) => new(() => new long[1], prepare, count, ahead);
}
