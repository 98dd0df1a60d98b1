using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Fits the weights of a blend on held-back cells: those of at least 0, adding up to 1, with the smallest mean squared
/// error, pulled towards equal ones.</summary>
/// <param name="Numbers">Each member's share in numbers.</param>
/// <param name="Categories">Each member's share in the probabilities of categories.</param>
internal sealed record BlendWeights(double[] Numbers, double[] Categories)
{
    // The pull, as a share of the mean squared error: enough to settle members that say nearly the same.
    private const double Pull = 0.02;

    private const int Iterations = 5000;

    /// <summary>Each member's share in one encoded column, for columns that are better off with weights of their own; null
    /// elsewhere. Empty where no column has them.</summary>
    public double[]?[] Columns { get; init; } = [];

    /// <summary>All members alike.</summary>
    public static BlendWeights Equal(int members)
    {
        double[] weights = new double[members];
        Array.Fill(weights, 1.0 / members);
        return new BlendWeights(weights, weights);
    }

    /// <summary>The members with at least this weight in numbers or in categories.</summary>
    public int[] AtLeast(double weight) => [.. Enumerable.Range(0, Numbers.Length).Where(i =>
        Math.Max(Numbers[i], Categories[i]) >= weight || Array.Exists(Columns, own => own?[i] >= weight))];

    /// <summary>The weights of some members alone, adding up to 1.</summary>
    public BlendWeights Only(int[] members) => new(Only(Numbers, members), Only(Categories, members))
    {
        Columns = Array.ConvertAll(Columns, own => own is null ? null : Only(own, members)),
    };

    /// <summary>Fits them.</summary>
    /// <param name="rows">The rows, from which the range of each number is taken.</param>
    /// <param name="heldBack">The cells.</param>
    /// <param name="predictions">Each member's, [rows, slots].</param>
    public static BlendWeights Fit(EncodedRows rows, HeldBackCells heldBack, float[][] predictions)
    {
        TableEncoder encoder = rows.Encoder;
        int members = predictions.Length, numbers = 0, categories = 0;
        double[] numberProducts = new double[members * members], categoryProducts = new double[members * members];
        var products = new MemberProducts(rows, predictions);
        foreach (HeldBackCell cell in heldBack.Cells)
        {
            bool isNumber = encoder.Encoded[cell.Column].Scaler is not null;
            (numbers, categories) = isNumber ? (numbers + 1, categories) : (numbers, categories + 1);
            products.Add(cell, isNumber ? numberProducts : categoryProducts);
        }
        double[] numberWeights = Fit(numberProducts, members), categoryWeights = Fit(categoryProducts, members);
        return new BlendWeights(numbers > 0 ? numberWeights : categoryWeights, categories > 0 ? categoryWeights : numberWeights);
    }

    /// <summary>Fits weights to products of errors.</summary>
    /// <param name="products">[members, members]: the sum over cells of the products of two members' errors.</param>
    /// <param name="members">How many members.</param>
    public static double[] Fit(ReadOnlySpan<double> products, int members)
    {
        double[] equal = new double[members];
        Array.Fill(equal, 1.0 / members);
        return Fit(products, equal, Pull, Iterations);
    }

    /// <summary>Fits weights to products of errors.</summary>
    /// <param name="products">[members, members]: the sum over cells of the products of two members' errors.</param>
    /// <param name="towards">The weights that they are pulled towards.</param>
    /// <param name="strength">How much: as a share of the members' mean squared error.</param>
    /// <param name="iterations">Steps of gradient descent; a strong pull needs few.</param>
    public static double[] Fit(ReadOnlySpan<double> products, double[] towards, double strength, int iterations)
    {
        int members = towards.Length;
        double trace = 0;
        for (int i = 0; i < members; i++)
            trace += products[i * members + i];
        double[] weights = [.. towards];
        if (!(trace > 0) || members == 1)
            return weights;

        // Projected gradient descent on w'Gw + pull * |w - towards|^2; the trace bounds the largest eigenvalue.
        double pull = strength * trace / members, step = 0.5 / (trace + pull);
        double[] next = new double[members];
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            for (int i = 0; i < members; i++)
            {
                double gradient = pull * (weights[i] - towards[i]);
                for (int j = 0; j < members; j++)
                    gradient += products[i * members + j] * weights[j];
                next[i] = weights[i] - 2 * step * gradient;
            }
            ProjectOnSimplex(next);
            next.CopyTo(weights, 0);
        }
        return weights;
    }

    private static double[] Only(double[] weights, int[] members)
    {
        double sum = members.Sum(i => weights[i]);
        return [.. members.Select(i => sum > 0 ? weights[i] / sum : 1.0 / members.Length)];
    }

    /// <summary>The nearest weights of at least 0 that add up to 1: all less the same amount, negative ones cut to 0.</summary>
    private static void ProjectOnSimplex(Span<double> weights)
    {
        Span<double> sorted = stackalloc double[weights.Length];
        weights.CopyTo(sorted);
        sorted.Sort();
        double sum = 0, amount = 0;
        for (int i = sorted.Length - 1; i >= 0; i--)
        {
            sum += sorted[i];
            double candidate = (sum - 1) / (sorted.Length - i);
            if (sorted[i] > candidate)
                amount = candidate;
        }
        foreach (ref double weight in weights)
            weight = Math.Max(0, weight - amount);
    }
}
