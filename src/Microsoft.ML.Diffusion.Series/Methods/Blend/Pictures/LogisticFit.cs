using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>Logistic regression with few weights, by Newton's method with steps that are halved until they help.</summary>
internal static class LogisticFit
{
    private const int Rounds = 20, Halvings = 12;

    /// <summary>Reads a case.</summary>
    /// <param name="number">Which.</param>
    /// <param name="row">Receives what the weights are multiplied with.</param>
    /// <returns>What is added to the logit, and whether the case is one that the probability is of.</returns>
    public delegate (double Fixed, bool IsTrue) ReadCase(int number, double[] row);

    /// <summary>Finds the weights that make cases most likely.</summary>
    /// <param name="weights">The weights to start from; receives those that are found.</param>
    /// <param name="expected">What weights are without cases.</param>
    /// <param name="held">How much they are held there: half of it times the squared distance is taken off the log likelihood.</param>
    /// <param name="read">Reads a case.</param>
    /// <param name="count">The number of cases.</param>
    public static void Maximize(double[] weights, double[] expected, double held, ReadCase read, int count)
    {
        (double value, double[] gradient, double[] curvature) = Evaluate(weights, expected, held, read, count);
        for (int round = 0; round < Rounds; round++)
        {
            DenseMatrix.Factor(curvature, weights.Length);
            double[] step = [.. gradient];
            DenseMatrix.Solve(curvature, step);
            if (step.Max(Math.Abs) < 1e-5)
                return;
            bool isBetter = false;
            for (int halving = 0; halving < Halvings && !isBetter; halving++)
            {
                double size = Math.Pow(0.5, halving);
                double[] tried = [.. weights.Zip(step, (at, by) => at + size * by)];
                var found = Evaluate(tried, expected, held, read, count);
                isBetter = found.Value > value;
                if (!isBetter)
                    continue;
                (value, gradient, curvature) = found;
                tried.CopyTo(weights, 0);
            }
            if (!isBetter)
                return;
        }
    }

    /// <summary>The logarithm of how likely a case is.</summary>
    public static double LogLikelihood(double logit, bool isTrue)
    {
        double signed = isTrue ? -logit : logit;
        return -(Math.Max(signed, 0) + Math.Log(1 + Math.Exp(-Math.Abs(signed))));
    }

    private static (double Value, double[] Gradient, double[] Curvature) Evaluate(
        double[] weights, double[] expected, double held, ReadCase read, int count)
    {
        int n = weights.Length;
        double[] gradient = new double[n], row = new double[n];
        // Row after row, the upper triangle alone.
        double[] curvature = new double[n * n];
        double value = 0;
        for (int i = 0; i < count; i++)
        {
            (double logit, bool isTrue) = read(i, row);
            for (int a = 0; a < n; a++)
                logit += weights[a] * row[a];
            value += LogLikelihood(logit, isTrue);
            double p = 1 / (1 + Math.Exp(-logit)), error = (isTrue ? 1 : 0) - p, spread = p * (1 - p);
            for (int a = 0; a < n; a++)
            {
                gradient[a] += error * row[a];
                for (int b = a; b < n; b++)
                    curvature[a * n + b] += spread * row[a] * row[b];
            }
        }
        for (int a = 0; a < n; a++)
        {
            double distance = weights[a] - expected[a];
            value -= 0.5 * held * distance * distance;
            gradient[a] -= held * distance;
            curvature[a * n + a] += held;
        }
        return (value, gradient, curvature);
    }
}
