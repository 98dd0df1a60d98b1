namespace Microsoft.ML.Diffusion.Evaluation.Yardsticks;

/// <summary>What the rows of a leaf are to have in common: a number, by its variance, or a class, by Gini's impurity.</summary>
internal sealed class CartTarget
{
    private readonly double[]? _numbers;
    private readonly int[] _classes;
    private readonly int _count;

    private CartTarget(double[]? numbers, int[] classes, int count) => (_numbers, _classes, _count) = (numbers, classes, count);

    /// <summary>Numbers.</summary>
    public static CartTarget OfNumbers(double[] numbers) => new(numbers, [], 0);

    /// <summary>Classes from 0 to <paramref name="count"/> - 1.</summary>
    public static CartTarget OfClasses(int[] classes, int count) => new(null, classes, count);

    /// <summary>The impurity of rows, times their number.</summary>
    public double ImpurityOf(int[] rows)
    {
        if (_numbers is { } numbers)
        {
            double mean = rows.Average(row => numbers[row]);
            return rows.Sum(row => (numbers[row] - mean) * (numbers[row] - mean));
        }
        return rows.Length - rows.GroupBy(row => _classes[row]).Sum(group => Math.Pow(group.Count(), 2)) / rows.Length;
    }

    /// <summary>The mean of every category's rows, of classes the share of the most frequent one; NaN for a category without
    /// rows.</summary>
    public double[] MeansBy(int[] rows, Func<int, int> codeOf, int codes)
    {
        double[] sums = new double[codes], counts = new double[codes];
        int most = _numbers is null ? rows.CountBy(row => _classes[row]).MaxBy(pair => pair.Value).Key : 0;
        foreach (int row in rows)
        {
            int code = codeOf(row);
            sums[code] += _numbers is { } numbers ? numbers[row] : _classes[row] == most ? 1 : 0;
            counts[code]++;
        }
        return [.. sums.Zip(counts, (sum, count) => sum / count)];
    }

    /// <summary>Begins with all rows on the right of a cut.</summary>
    public Halves Begin(int[] rows) => new(this, rows);

    /// <summary>The rows on both sides of a cut.</summary>
    internal sealed class Halves
    {
        private readonly CartTarget _target;
        private readonly double[] _left;
        private readonly double[] _right;
        private readonly double _mean;
        private readonly double _whole;
        private readonly int _rows;

        // Of numbers the sums, of classes the sums of squared counts.
        private double _leftSum;
        private double _rightSum;
        private int _leftRows;

        public Halves(CartTarget target, int[] rows)
        {
            (_target, _rows) = (target, rows.Length);
            (_left, _right) = (new double[target._count], new double[target._count]);
            if (target._numbers is { } numbers)
            {
                // Around their mean, so that sums lose no digits.
                _mean = rows.Average(row => numbers[row]);
                _rightSum = rows.Sum(row => numbers[row] - _mean);
                _whole = _rightSum * _rightSum / _rows;
                return;
            }
            foreach (int row in rows)
                _right[target._classes[row]]++;
            _rightSum = _right.Sum(count => count * count);
            _whole = _rightSum / _rows;
        }

        public void MoveLeft(int row)
        {
            _leftRows++;
            if (_target._numbers is { } numbers)
            {
                _leftSum += numbers[row] - _mean;
                _rightSum -= numbers[row] - _mean;
                return;
            }
            int own = _target._classes[row];
            _leftSum += (2 * _left[own]++) + 1;
            _rightSum -= (2 * _right[own]--) - 1;
        }

        /// <summary>By how much the cut lessens the impurity, times the number of rows.</summary>
        public double Gain()
        {
            double left = _target._numbers is null ? _leftSum : _leftSum * _leftSum;
            double right = _target._numbers is null ? _rightSum : _rightSum * _rightSum;
            return (left / _leftRows) + (right / (_rows - _leftRows)) - _whole;
        }
    }
}
