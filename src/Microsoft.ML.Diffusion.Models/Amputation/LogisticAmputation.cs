using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Amputation;

/// <summary>Hides cells by a logistic model with random weights on some columns, which stay observed (MAR) or are hidden themselves
/// afterwards (MNAR). The first pass standardises the model's terms, the second their sums, and keeps some of these to set the rate.</summary>
internal sealed class LogisticAmputation : BlockAmputation
{
    // The share of columns that drive MAR and MNAR, as in Muzellec et al. 2020 and the benchmarks that followed.
    private const double DrivingShare = 0.3;
    private const int MostSampledRows = 1 << 18;

    private readonly IReadOnlyList<TableColumn> _columns;
    private readonly double _rate;
    private readonly Philox _cells;
    private readonly Philox _choice;
    private readonly int[] _inputs;
    private readonly Target[] _targets;
    private readonly CellAmputation? _inputCells;
    private readonly List<long> _sampled = [];
    private int _level;

    /// <param name="columns">The columns, at least two.</param>
    /// <param name="rate">The share of cells to hide.</param>
    /// <param name="seed">Seed of the random numbers.</param>
    /// <param name="hideInputs">Whether the inputs of the model are hidden too.</param>
    public LogisticAmputation(IReadOnlyList<TableColumn> columns, double rate, ulong seed, bool hideInputs)
    {
        int width = columns.Count;
        if (width < 2)
        {
            throw new ArgumentException(
                "Missingness that depends on other columns needs a table of at least two columns; this one has one.", nameof(columns));
        }

        (_columns, _rate) = (columns, rate);
        _cells = new Philox(seed, (ulong)AmputationStream.Cells);
        _choice = new Philox(seed, (ulong)AmputationStream.DrivingColumns).Fork(1);
        int driving = Math.Clamp((int)Math.Round(DrivingShare * width), 1, width - 1);
        int[] order = new int[width];
        new Philox(seed, (ulong)AmputationStream.DrivingColumns).Permutation(order);
        _inputs = [.. order.Take(driving)];
        _targets = [.. order.Skip(driving).Select(column => new Target(column, driving, new Philox(seed, (ulong)AmputationStream.Weights)))];
        _inputCells = hideInputs ? new CellAmputation(_inputs, width, rate, seed, AmputationStream.DrivingCells) : null;
    }

    public override int Passes => 2;

    public override void Look(Table block, long first, int pass)
    {
        for (int row = 0; row < block.RowCount; row++)
        {
            ReadOnlySpan<double> cells = block.Row(row);
            bool isKept = pass == 1 && IsSampled(first + row);
            if (isKept)
                _sampled.Add(first + row);
            foreach (Target target in _targets)
            {
                if (pass == 0)
                    LookAtTerms(target, cells);
                else
                    LookAtSum(target, cells, isKept);
            }

            while (_sampled.Count > MostSampledRows)
                Thin();
        }
    }

    public override void EndPass(int pass)
    {
        ParallelLoop.Run(_targets.Length, i =>
        {
            Target target = _targets[i];
            if (pass == 0)
                SetScales(target);
            else
                SetBias(target);
        });
    }

    public override void Hide(Table block, long first)
    {
        for (int row = 0; row < block.RowCount; row++)
        {
            Span<double> cells = block.Row(row);
            foreach (Target target in _targets)
            {
                double logit = (Sum(target, cells) - target.Sums.Mean) * target.Scale;
                ulong cell = ((ulong)(first + row) * (ulong)_columns.Count) + (ulong)target.Column;
                if (_cells.Uniform(cell) < Sigmoid(logit + target.Bias))
                    cells[target.Column] = double.NaN;
            }
        }

        _inputCells?.Hide(block, first);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>The term of one input: a standardised number times a random weight, a random weight for every category, NaN where it is
    /// missing.</summary>
    private double Term(Target target, int place, ReadOnlySpan<double> cells)
    {
        int input = _inputs[place];
        double value = cells[input];
        if (!_columns[input].Holds(value))
            return double.NaN;
        bool isNumber = _columns[input].Kind == ColumnKind.Numeric;
        double weight = target.Weight(input, place, isNumber ? 0 : (int)value);
        return isNumber ? value * weight : weight;
    }

    private double Sum(Target target, ReadOnlySpan<double> cells)
    {
        double sum = 0;
        for (int place = 0; place < _inputs.Length; place++)
        {
            double term = Term(target, place, cells);
            if (!double.IsNaN(term))
                sum += (term - target.Terms[place].Mean) * target.Scales[place];
        }

        return sum;
    }

    private void LookAtTerms(Target target, ReadOnlySpan<double> cells)
    {
        for (int place = 0; place < _inputs.Length; place++)
        {
            double term = Term(target, place, cells);
            if (!double.IsNaN(term))
                target.Terms[place].Add(term);
        }
    }

    private void LookAtSum(Target target, ReadOnlySpan<double> cells, bool isKept)
    {
        double sum = Sum(target, cells);
        target.Sums.Add(sum);
        if (isKept)
            target.Sampled.Add(double.IsNaN(cells[target.Column]) ? double.NaN : sum);
    }

    // A number keeps the sign and size of its weight: standardising divides by |weight| * deviation.
    private void SetScales(Target target)
    {
        for (int place = 0; place < _inputs.Length; place++)
        {
            double deviation = target.Terms[place].Deviation;
            target.Scales[place] = _columns[_inputs[place]].Kind != ColumnKind.Numeric ? 1
                : deviation > 0 ? Math.Abs(target.Weight(_inputs[place], place, 0)) / deviation : 0;
        }
    }

    // The bias with which the observed cells of a column are hidden at the given rate on average, by bisection.
    private void SetBias(Target target)
    {
        target.Scale = target.Sums.Deviation > 0 ? 1 / target.Sums.Deviation : 0;
        double low = -60, high = 60;
        for (int i = 0; i < 100; i++)
        {
            double bias = (low + high) / 2, sum = 0;
            int count = 0;
            foreach (double raw in target.Sampled)
            {
                if (double.IsNaN(raw))
                    continue;
                sum += Sigmoid(((raw - target.Sums.Mean) * target.Scale) + bias);
                count++;
            }

            if (sum > _rate * count)
                high = bias;
            else
                low = bias;
        }

        target.Bias = (low + high) / 2;
    }

    // A row is kept as long as its random number ends in enough zero bits: a uniform sample, however many rows will come.
    private bool IsSampled(long row) => (_choice.Bits((ulong)row) & ((1u << _level) - 1)) == 0;

    private void Thin()
    {
        _level++;
        bool[] stays = [.. _sampled.Select(IsSampled)];
        Keep(_sampled, stays);
        foreach (Target target in _targets)
            Keep(target.Sampled, stays);
    }

    private static void Keep<T>(List<T> items, bool[] stays)
    {
        int kept = 0;
        for (int i = 0; i < items.Count; i++)
        {
            if (stays[i])
                items[kept++] = items[i];
        }

        items.RemoveRange(kept, items.Count - kept);
    }

    /// <summary>The model of one column.</summary>
    private sealed class Target(int column, int inputs, Philox weights)
    {
        private readonly List<double>[] _weights = [.. Enumerable.Range(0, inputs).Select(_ => new List<double>())];

        public int Column => column;

        public RunningMoments[] Terms { get; } = new RunningMoments[inputs];

        public double[] Scales { get; } = new double[inputs];

        public RunningMoments Sums;

        public List<double> Sampled { get; } = [];

        public double Scale { get; set; }

        public double Bias { get; set; }

        public double Weight(int input, int place, int category)
        {
            List<double> known = _weights[place];
            while (known.Count <= category)
                known.Add(weights.Fork((ulong)column).Fork((ulong)input).Normal((ulong)known.Count));
            return known[category];
        }
    }
}
