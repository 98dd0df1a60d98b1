using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Diffusion.Core.Training;

/// <summary>Hands out the batches of a training, and prepares the next one on another thread while this one trains.</summary>
/// <remarks>
/// Batches are prepared one at a time and in order, so they hold the same bits whoever prepares them, and what prepares them may
/// go on from batch to batch. One that nobody has begun by the time it is wanted is prepared by the caller: where all processors
/// are busy, as with networks that train side by side, nothing is lost by asking. Nothing is allocated from batch to batch.
/// </remarks>
/// <typeparam name="TBatch">The buffers of one batch.</typeparam>
internal sealed class BatchPipeline<TBatch> : IThreadPoolWorkItem, IDisposable
    where TBatch : class
{
    private const int Idle = 0;
    private const int Asked = 1;
    private const int Working = 2;

    private readonly Action<TBatch, long> _prepare;
    private readonly long _count;
    private TBatch _current;
    private TBatch _next;
    private long _taken;
    private int _state = Idle;
    private int _queued;
    private ExceptionDispatchInfo? _failure;

    /// <param name="create">Makes the buffers of a batch; called twice, or once where nothing is prepared ahead.</param>
    /// <param name="prepare">Fills the buffers for a step, 0 to <paramref name="count"/> - 1.</param>
    /// <param name="count">How many batches there are.</param>
    /// <param name="ahead">Whether another thread may prepare the next batch.</param>
    public BatchPipeline(Func<TBatch> create, Action<TBatch, long> prepare, long count, bool ahead)
    {
        (_prepare, _count) = (prepare, count);
        _current = create();
        _next = ahead ? create() : _current;
    }

    /// <summary>The next batch, which is the caller's until the next call.</summary>
    public TBatch Take()
    {
        if (_taken == _count)
            throw new InvalidOperationException("All batches have been taken.");
        if (!IsDoneElsewhere())
            _prepare(_next, _taken);
        (_current, _next) = (_next, _current);
        _taken++;
        if (_taken < _count && _next != _current)
            Ask();
        return _current;
    }

    /// <summary>Calls the next batch off, or waits until it is prepared.</summary>
    public void Dispose() => Settle();

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Exchange(ref _queued, 0);
        if (Interlocked.CompareExchange(ref _state, Working, Asked) != Asked)
            return;
        try
        {
            _prepare(_next, _taken);
        }
#pragma warning disable CA1031 // Whatever failed is thrown again by Take.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        Volatile.Write(ref _state, Idle);
    }

    private void Ask()
    {
        Interlocked.Exchange(ref _state, Asked);
        // Where the pool was too busy for the last request, that one is still there and does for this.
        if (Interlocked.Exchange(ref _queued, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool IsDoneElsewhere()
    {
        bool isDone = Settle();
        _failure?.Throw();
        return isDone;
    }

    /// <summary>Ends what was asked for; true when another thread has done it.</summary>
    private bool Settle()
    {
        if (_taken == 0 || _taken == _count || _next == _current || Interlocked.CompareExchange(ref _state, Idle, Asked) == Asked)
            return false;
        var spin = default(SpinWait);
        while (Volatile.Read(ref _state) == Working)
            spin.SpinOnce(sleep1Threshold: -1);
        return true;
    }
}
