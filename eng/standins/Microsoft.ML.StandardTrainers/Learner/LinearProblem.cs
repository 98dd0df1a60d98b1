namespace Microsoft.ML.Trainers.Learner;

/// <summary>What a linear model is fitted to.</summary>
internal enum LinearLoss
{
    /// <summary>Log-loss of labels 0 and 1.</summary>
    Logistic,

    /// <summary>Log-loss of labels 0 to K - 1 through a softmax.</summary>
    Softmax,

    /// <summary>Half the squared error.</summary>
    Squared,
}

/// <summary>
/// The sum of a loss over the rows plus half an L2 norm, as a function of the parameters: for each score the weights of
/// the features and then a bias, which is not regularised. The solver sees features scaled to at most one, which changes
/// its speed and not its answer.
/// </summary>
internal sealed class LinearProblem
{
    private const int BlockSize = 2048;

    private readonly LinearLoss _loss;
    private readonly (int[] Features, float[] Values)[] _rows; // what is not zero
    private readonly float[] _labels;
    private readonly float[] _weights;
    private readonly float[] _scales;
    private readonly int _featureCount;
    private readonly int _scoreCount;
    private readonly double _l1;
    private readonly double _l2;

    /// <param name="rows">The features of every row.</param>
    /// <param name="weights">The weight of every row, or null.</param>
    public LinearProblem(LinearLoss loss, float[][] rows, float[] labels, float[] weights, int scoreCount, double l1, double l2)
    {
        _loss = loss;
        _labels = labels;
        _weights = weights;
        _featureCount = rows[0].Length;
        _scoreCount = scoreCount;
        _l1 = l1;
        _l2 = l2;
        _scales = new float[_featureCount];
        foreach (float[] row in rows)
        {
            for (int f = 0; f < row.Length; f++)
                _scales[f] = Math.Max(_scales[f], Math.Abs(row[f]));
        }
        _rows = Array.ConvertAll(rows, row =>
        {
            int[] features = [.. Enumerable.Range(0, row.Length).Where(f => row[f] != 0)];
            return (features, Array.ConvertAll(features, f => row[f] / _scales[f]));
        });
    }

    /// <summary>The weights and the bias of every score.</summary>
    public (float[] Weights, float Bias)[] Solve(OrthantWiseLbfgs solver)
    {
        int width = _featureCount + 1;
        var penalties = new double[_scoreCount * width];
        for (int i = 0; i < penalties.Length; i++)
            penalties[i] = _l1 * Share(i);
        double[] solution = solver.Minimize(Evaluate, penalties);
        return Enumerable.Range(0, _scoreCount).Select(k => (
            Enumerable.Range(0, _featureCount).Select(f => (float)(solution[k * width + f] * Share(f))).ToArray(),
            (float)solution[k * width + _featureCount])).ToArray();
    }

    // What a parameter of the scaled features counts in terms of the features as they are; nothing for a bias.
    private double Share(int parameter)
    {
        int feature = parameter % (_featureCount + 1);
        return feature == _featureCount || _scales[feature] == 0 ? 0 : 1 / (double)_scales[feature];
    }

    // Blocks of rows side by side; their sums are added in the order of the blocks, whatever the number of threads.
    private double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        double[] shared = parameters.ToArray();
        int blocks = (_rows.Length + BlockSize - 1) / BlockSize;
        var totals = new double[blocks];
        var gradients = new double[blocks][];
        Parallel.For(0, blocks, block =>
        {
            gradients[block] = new double[shared.Length];
            totals[block] = EvaluateBlock(block * BlockSize, Math.Min(_rows.Length, (block + 1) * BlockSize), shared, gradients[block]);
        });

        double total = 0;
        gradient.Clear();
        for (int block = 0; block < blocks; block++)
        {
            total += totals[block];
            for (int i = 0; i < gradient.Length; i++)
                gradient[i] += gradients[block][i];
        }
        for (int i = 0; i < parameters.Length; i++)
        {
            double share = Share(i);
            total += 0.5 * _l2 * share * share * parameters[i] * parameters[i];
            gradient[i] += _l2 * share * share * parameters[i];
        }
        return total;
    }

    private double EvaluateBlock(int start, int end, ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        double total = 0;
        Span<double> scores = stackalloc double[_scoreCount];
        Span<double> slopes = stackalloc double[_scoreCount];
        int width = _featureCount + 1;
        for (int r = start; r < end; r++)
        {
            (int[] features, float[] values) = _rows[r];
            for (int k = 0; k < _scoreCount; k++)
                scores[k] = Dot(features, values, parameters.Slice(k * width, _featureCount)) + parameters[k * width + _featureCount];
            double weight = _weights == null ? 1 : _weights[r];
            total += weight * Loss(scores, _labels[r], slopes);
            for (int k = 0; k < _scoreCount; k++)
            {
                AddScaled(gradient.Slice(k * width, _featureCount), weight * slopes[k], features, values);
                gradient[k * width + _featureCount] += weight * slopes[k];
            }
        }
        return total;
    }

    private double Loss(ReadOnlySpan<double> scores, float label, Span<double> slopes)
    {
        switch (_loss)
        {
            case LinearLoss.Squared:
                slopes[0] = scores[0] - label;
                return 0.5 * slopes[0] * slopes[0];
            case LinearLoss.Logistic:
                double margin = label > 0 ? scores[0] : -scores[0];
                double wrong = 1 / (1 + Math.Exp(margin));
                slopes[0] = label > 0 ? -wrong : wrong;
                return margin > 0 ? Math.Log(1 + Math.Exp(-margin)) : Math.Log(1 + Math.Exp(margin)) - margin;
            default:
                double largest = double.NegativeInfinity, sum = 0;
                foreach (double score in scores)
                    largest = Math.Max(largest, score);
                for (int k = 0; k < scores.Length; k++)
                    sum += slopes[k] = Math.Exp(scores[k] - largest);
                for (int k = 0; k < scores.Length; k++)
                    slopes[k] = slopes[k] / sum - (k == (int)label ? 1 : 0);
                return Math.Log(sum) + largest - scores[(int)label];
        }
    }

    private static double Dot(int[] features, float[] values, ReadOnlySpan<double> parameters)
    {
        double sum = 0;
        for (int i = 0; i < features.Length; i++)
            sum += values[i] * parameters[features[i]];
        return sum;
    }

    private static void AddScaled(Span<double> to, double factor, int[] features, float[] values)
    {
        for (int i = 0; i < features.Length; i++)
            to[features[i]] += factor * values[i];
    }
}
