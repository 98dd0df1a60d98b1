using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>Keeps the memory of <see cref="CellSystem"/> from one series to the next.</summary>
internal static class CellSystemPool
{
    private static readonly ConditionalWeakTable<SeriesCovariance, ConcurrentBag<CellSystem>> s_free = [];

    /// <summary>One that nobody else uses until it is given back.</summary>
    public static Loan Borrow(SeriesCovariance covariance)
    {
        ConcurrentBag<CellSystem> free = s_free.GetValue(covariance, _ => []);
        return new Loan(free, free.TryTake(out CellSystem? system) ? system : new CellSystem(covariance));
    }

    /// <summary>A <see cref="CellSystem"/> that is given back when it is disposed.</summary>
    public readonly ref struct Loan(ConcurrentBag<CellSystem> free, CellSystem system)
    {
        public CellSystem System => system;

        public void Dispose() => free.Add(system);
    }
}
