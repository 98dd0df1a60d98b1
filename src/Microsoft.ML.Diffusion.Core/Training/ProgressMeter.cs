using System.Diagnostics;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Training;

/// <summary>Adds up the steps of networks that train side by side, and reports a few times a second.</summary>
/// <param name="progress">Told; null for nobody.</param>
/// <param name="deadline">When the training ends at the latest: the time left is never more than that.</param>
internal sealed class ProgressMeter(IProgress<TrainingProgress>? progress, TrainingDeadline? deadline = null)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _reported = -s_pause;
    private int _done;
    private int _resumed;
    private double _share;
    private double _loss = double.NaN;
    private double? _validation;

    /// <summary>Steps planned over all networks; fewer once one stops early.</summary>
    public int Planned { get; set; }

    /// <summary>A sentence for the log.</summary>
    public void Say(string message)
    {
        lock (_lock)
            Report(message);
    }

    /// <summary>Counts a step.</summary>
    /// <param name="loss">Its training loss.</param>
    public void Count(double loss)
    {
        if (progress is null)
            return;
        lock (_lock)
            Count(loss, share: 0.02);
    }

    /// <summary>Counts a step.</summary>
    /// <param name="loss">Its training loss, which is only read for a report where reading it would wait for a device.</param>
    public void Count(Tensor loss)
    {
        if (progress is null)
            return;
        if (!loss.IsOnDevice)
        {
            Count(loss.Data[0]);
            return;
        }
        lock (_lock)
        {
            if (_watch.Elapsed - _reported > s_pause)
                Count(loss.Data[0], share: 0.2);
            else
                _done++;
        }
    }

    /// <summary>Counts steps that an earlier run did.</summary>
    public void Resume(int steps)
    {
        lock (_lock)
        {
            _done += steps;
            _resumed += steps;
        }
    }

    /// <summary>Remembers the error on held-back cells.</summary>
    public void Validated(double error)
    {
        lock (_lock)
            _validation = error;
    }

    /// <summary>Takes steps out of the plan that an early stop saves.</summary>
    public void Skip(int steps)
    {
        lock (_lock)
            Planned -= steps;
    }

    private void Count(double loss, double share)
    {
        _done++;
        _loss = double.IsNaN(_loss) ? loss : _loss + share * (loss - _loss);
        if (_watch.Elapsed - _reported > s_pause)
            Report("");
    }

    /// <summary>The planned steps, or fewer where more were added to the plan, so that the share done never falls.</summary>
    private int StepsToTell()
    {
        if (_done == 0 || _done >= Planned)
            return Planned;
        int steps = _share > 0 ? Math.Min(Planned, (int)(_done / _share)) : Planned;
        _share = Math.Max(_share, _done / (double)steps);
        return steps;
    }

    private void Report(string message)
    {
        _reported = _watch.Elapsed;
        int own = _done - _resumed;
        TimeSpan? remaining = own < 10 ? null : _reported * ((double)(Planned - _done) / own);
        if (deadline?.Left is { } left && !(remaining <= left))
            remaining = left;
        progress?.Report(new TrainingProgress(_done, StepsToTell(), _loss, _validation, _reported, remaining, message));
    }
}
