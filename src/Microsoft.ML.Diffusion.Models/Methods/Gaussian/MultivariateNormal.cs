using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Models.Methods.Gaussian;

/// <summary>A multivariate normal distribution and its conditional means.</summary>
internal sealed class MultivariateNormal
{
    private readonly KnownFactors _factors = new();

    /// <param name="mean">[size].</param>
    /// <param name="covariance">[size, size], symmetric and positive definite.</param>
    public MultivariateNormal(double[] mean, double[] covariance)
    {
        Mean = mean;
        Covariance = covariance;
        Precision = (double[])covariance.Clone();
        DenseMatrix.Invert(Precision, mean.Length, new double[mean.Length]);
    }

    public int Size => Mean.Length;

    public double[] Mean { get; }

    public double[] Covariance { get; }

    /// <summary>The inverse of the covariance.</summary>
    public double[] Precision { get; }

    /// <summary>Fills missing places of a vector with their conditional mean given the known ones, through the smaller of
    /// two systems: the precision of the missing places or the covariance of the known ones.</summary>
    /// <param name="centred">[size], less the mean; what missing places hold is not read.</param>
    /// <param name="missing">Which places are missing.</param>
    /// <param name="known">The others, in the same order wherever these are missing.</param>
    /// <param name="memory">Of this thread.</param>
    public void Fill(Span<double> centred, ReadOnlySpan<int> missing, ReadOnlySpan<int> known, Memory memory)
    {
        ReadOnlySpan<int> chosen = missing.Length <= known.Length ? missing : known;
        Span<double> vector = memory.Vector(chosen.Length);
        foreach (int place in missing)
            centred[place] = 0;
        if (chosen == missing)
        {
            for (int i = 0; i < missing.Length; i++)
                vector[i] = -DenseMatrix.Dot(Precision.AsSpan(missing[i] * Size, Size), centred);
            DenseMatrix.Solve(Factor(Precision, missing, chosen, memory), vector);
            for (int i = 0; i < missing.Length; i++)
                centred[missing[i]] = vector[i];
            return;
        }
        for (int i = 0; i < known.Length; i++)
            vector[i] = centred[known[i]];
        DenseMatrix.Solve(Factor(Covariance, missing, chosen, memory), vector);
        Span<double> weights = memory.Row(Size);
        weights.Clear();
        for (int i = 0; i < known.Length; i++)
            weights[known[i]] = vector[i];
        foreach (int place in missing)
            centred[place] = DenseMatrix.Dot(Covariance.AsSpan(place * Size, Size), weights);
    }

    /// <summary>The factor of the system of the chosen places.</summary>
    private ReadOnlySpan<double> Factor(double[] matrix, ReadOnlySpan<int> missing, ReadOnlySpan<int> chosen, Memory memory)
    {
        if (_factors.Find(missing) is { } kept)
            return kept;
        Span<double> system = memory.Matrix(chosen.Length * chosen.Length);
        Gather(matrix, chosen, system);
        DenseMatrix.Factor(system, chosen.Length);
        _factors.Offer(missing, system);
        return system;
    }

    /// <summary>The upper triangle of the rows and columns at some places.</summary>
    public void Gather(double[] matrix, ReadOnlySpan<int> places, Span<double> block)
    {
        for (int i = 0; i < places.Length; i++)
        {
            ReadOnlySpan<double> row = matrix.AsSpan(places[i] * Size, Size);
            for (int j = i; j < places.Length; j++)
                block[i * places.Length + j] = row[places[j]];
        }
    }

    /// <summary>What one thread needs; grows to the largest row and stays.</summary>
    public sealed class Memory
    {
        private double[] _matrix = [];
        private double[] _vector = [];
        private double[] _row = [];
        private double[] _centred = [];
        private int[] _places = [];

        public Span<double> Matrix(int count) => Grown(ref _matrix, count);

        public Span<double> Vector(int count) => Grown(ref _vector, count);

        public Span<double> Row(int count) => Grown(ref _row, count);

        public Span<double> Centred(int count) => Grown(ref _centred, count);

        public Span<int> Places(int count) => Grown(ref _places, count);

        private static Span<T> Grown<T>(ref T[] buffer, int count)
        {
            if (buffer.Length < count)
                buffer = new T[count];
            return buffer.AsSpan(0, count);
        }
    }
}
