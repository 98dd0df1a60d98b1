namespace Microsoft.ML.Diffusion.Evaluation;

/// <summary>Reports the stages of an evaluation, each of which says beforehand how much work it is.</summary>
internal sealed class Stages(IProgress<EvaluationProgress>? progress, CancellationToken cancel)
{
    private double _total;
    private double _done;

    public CancellationToken Cancel => cancel;

    /// <summary>Announces work.</summary>
    public void Expect(double work) => _total += work;

    /// <summary>Begins a stage; the one before it is done.</summary>
    /// <param name="stage">What is done.</param>
    /// <param name="work">As much of what was announced.</param>
    /// <param name="run">Does it.</param>
    public T Run<T>(string stage, double work, Func<T> run)
    {
        cancel.ThrowIfCancellationRequested();
        progress?.Report(new(_total > 0 ? Math.Min(1, _done / _total) : 0, stage));
        T result = run();
        _done += work;
        return result;
    }
}
