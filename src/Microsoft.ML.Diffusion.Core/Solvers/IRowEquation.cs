namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>An ordinary differential equation of rows, each at a time of its own.</summary>
internal interface IRowEquation
{
    /// <summary>The numbers of a row.</summary>
    int Width { get; }

    /// <summary>Tells the slopes of some rows.</summary>
    /// <param name="rows">Which rows.</param>
    /// <param name="times">The time of each.</param>
    /// <param name="states">[rows, <see cref="Width"/>]: where each is.</param>
    /// <param name="slopes">As long; receives the slope by the time.</param>
    void Evaluate(ReadOnlySpan<int> rows, ReadOnlySpan<double> times, ReadOnlySpan<double> states, Span<double> slopes);
}
