using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Diffusion.Core.Threading;

/// <summary>One loop that several threads work on.</summary>
internal sealed class SharedLoop
{
    // A thread takes some items at once where there are many: enough that taking costs little, few enough that all end together.
    private const int TakesPerThread = 64, MostAtOnce = 64;

    private static readonly Action<SharedLoop> s_help = loop => loop.Help();

    // Where the pool is blocked, what is queued stays there: not more than this of all loops together, in units of processors.
    private const int MostQueued = 4;
    private static int s_queued;

    private readonly object _gate = new();
    private readonly int _count;
    private readonly int _atOnce;
    private readonly int _threads;
    private readonly CancellationToken _cancel;
    private Func<Action<int>>? _prepare;
    private int _next;
    private int _done;
    private int _helpers;
    private bool _isOver;
    private volatile bool _isStopped;
    private (int Item, ExceptionDispatchInfo Exception)? _failure;

    /// <param name="count">How many items there are.</param>
    /// <param name="prepare">Makes what does one item, for one thread.</param>
    /// <param name="threads">How many threads, at least 2.</param>
    /// <param name="cancel">Looked at before each item.</param>
    public SharedLoop(int count, Func<Action<int>> prepare, int threads, CancellationToken cancel)
    {
        (_count, _prepare, _threads, _cancel) = (count, prepare, threads, cancel);
        _atOnce = Math.Clamp(count / (threads * TakesPerThread), 1, MostAtOnce);
    }

    /// <summary>Does the items on this thread and on those that come to help.</summary>
    public void Run()
    {
        for (int i = 1; i < _threads && TryCountQueued(); i++)
            ThreadPool.QueueUserWorkItem(s_help, this, preferLocal: false);
        Work(_prepare!);
        Close();
        _failure?.Exception.Throw();
        if (_done < _count)
            _cancel.ThrowIfCancellationRequested();
    }

    private static bool TryCountQueued()
    {
        if (Interlocked.Increment(ref s_queued) <= MostQueued * Environment.ProcessorCount)
            return true;
        Interlocked.Decrement(ref s_queued);
        return false;
    }

    private void Help()
    {
        Interlocked.Decrement(ref s_queued);
        Func<Action<int>> prepare;
        lock (_gate)
        {
            if (_isOver)
                return;
            prepare = _prepare!;
            _helpers++;
        }
        Work(prepare);
        lock (_gate)
        {
            if (--_helpers == 0)
                Monitor.PulseAll(_gate);
        }
    }

    private void Work(Func<Action<int>> prepare)
    {
        int item = -1, done = 0;
        try
        {
            Action<int>? act = null;
            while (!_isStopped)
            {
                int first = Interlocked.Add(ref _next, _atOnce) - _atOnce;
                // Less than nothing where so many threads asked that the sum ran over.
                if (first >= _count || first < 0)
                    break;
                act ??= prepare();
                for (item = first; item < Math.Min(_count, first + _atOnce) && !_isStopped; item++)
                {
                    _isStopped |= _cancel.IsCancellationRequested;
                    if (_isStopped)
                        break;
                    act(item);
                    done++;
                }
            }
        }
#pragma warning disable CA1031 // Whatever failed is thrown again by Run.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _isStopped = true;
            var failure = ExceptionDispatchInfo.Capture(e);
            lock (_gate)
            {
                // Of several failures the first item's, as in a loop on one thread.
                if (_failure is not { } other || item < other.Item)
                    _failure = (item, failure);
            }
        }
        Interlocked.Add(ref _done, done);
    }

    /// <summary>Lets no more helpers in, and waits for those that are here.</summary>
    private void Close()
    {
        lock (_gate)
        {
            _isOver = true;
            // A helper that the pool never starts must not keep what the loop used.
            _prepare = null;
        }
        var spin = default(SpinWait);
        while (Volatile.Read(ref _helpers) > 0 && !spin.NextSpinWillYield)
            spin.SpinOnce();
        lock (_gate)
        {
            while (_helpers > 0)
                Monitor.Wait(_gate);
        }
    }
}
