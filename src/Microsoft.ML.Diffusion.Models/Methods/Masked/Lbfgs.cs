namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>Finds the minimum of a smooth convex function of a few hundred variables: limited-memory BFGS (Liu and Nocedal 1989) with
/// steps that are halved until the function falls (Armijo 1966).</summary>
internal static class Lbfgs
{
    private const int Memory = 8, MostHalvings = 30;
    private const double SufficientDecrease = 1e-4, LeastGain = 1e-7;

    /// <summary>The function, and its gradient.</summary>
    public delegate double Function(ReadOnlySpan<double> x, Span<double> gradient);

    /// <summary>Moves <paramref name="x"/> to the minimum.</summary>
    /// <param name="x">Where to start; receives the minimum.</param>
    /// <param name="function">What to minimize; finite everywhere.</param>
    /// <param name="rounds">The most rounds.</param>
    public static void Minimize(double[] x, Function function, int rounds)
    {
        int n = x.Length;
        double[] gradient = new double[n], next = new double[n], nextGradient = new double[n], direction = new double[n];
        List<(double[] Step, double[] Change, double Product)> memory = [];
        double value = function(x, gradient);
        for (int round = 0; round < rounds; round++)
        {
            Direct(gradient, memory, direction);
            double slope = Dot(direction, gradient);
            if (!(slope < 0))
                return;
            // The first step has no curvature to go by.
            double length = memory.Count == 0 ? 1 / Math.Max(1, Math.Sqrt(Dot(gradient, gradient))) : 1;
            double nextValue = double.PositiveInfinity;
            for (int halving = 0; halving < MostHalvings; halving++, length /= 2)
            {
                for (int i = 0; i < n; i++)
                    next[i] = x[i] + length * direction[i];
                nextValue = function(next, nextGradient);
                if (nextValue <= value + SufficientDecrease * length * slope)
                    break;
            }
            if (!(nextValue < value))
                return;
            Remember(memory, x, next, gradient, nextGradient);
            next.CopyTo(x, 0);
            nextGradient.CopyTo(gradient, 0);
            double gain = value - nextValue;
            value = nextValue;
            if (gain < LeastGain * (1 + Math.Abs(value)))
                return;
        }
    }

    private static void Remember(
        List<(double[] Step, double[] Change, double Product)> memory, double[] x, double[] next, double[] gradient, double[] nextGradient)
    {
        double[] step = new double[x.Length], change = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
            (step[i], change[i]) = (next[i] - x[i], nextGradient[i] - gradient[i]);
        double product = Dot(step, change);
        // Without curvature along the step the approximation would not stay positive.
        if (product <= 1e-12 * Dot(change, change))
            return;
        if (memory.Count == Memory)
            memory.RemoveAt(0);
        memory.Add((step, change, product));
    }

    /// <summary>Minus the inverse Hessian, as far as it is known, times the gradient.</summary>
    private static void Direct(double[] gradient, List<(double[] Step, double[] Change, double Product)> memory, double[] direction)
    {
        for (int i = 0; i < direction.Length; i++)
            direction[i] = -gradient[i];
        if (memory.Count == 0)
            return;
        Span<double> weights = stackalloc double[Memory];
        for (int m = memory.Count - 1; m >= 0; m--)
        {
            (double[] step, double[] change, double product) = memory[m];
            weights[m] = Dot(step, direction) / product;
            Add(direction, change, -weights[m]);
        }
        double scale = memory[^1].Product / Dot(memory[^1].Change, memory[^1].Change);
        for (int i = 0; i < direction.Length; i++)
            direction[i] *= scale;
        for (int m = 0; m < memory.Count; m++)
        {
            (double[] step, double[] change, double product) = memory[m];
            Add(direction, step, weights[m] - Dot(change, direction) / product);
        }
    }

    private static void Add(double[] to, double[] what, double times)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] += times * what[i];
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
