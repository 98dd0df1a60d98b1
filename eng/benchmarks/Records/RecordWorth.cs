using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Evaluation.Privacy;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>What made records are worth beyond the frequency of each code, which independent coin flips have as well.</summary>
/// <param name="Phi">Pearson's correlation, over pairs of codes, of the phi coefficients of the made records with those of the training
/// records.</param>
/// <param name="FreshPhi">The same with records that were not learnt from.</param>
/// <param name="Together">Root of the mean squared difference of the share of records that have two codes, in percent.</param>
/// <param name="Auc">AUC of logistic regressions of the commonest codes on all others, trained on made records and tested on records that
/// were not learnt from; the mean over the codes.</param>
/// <param name="Membership">AUC of the attack that takes a record for one that was learnt from, the nearer its closest made record
/// is.</param>
/// <param name="Mean">Codes of a record.</param>
/// <param name="Deviation">Their deviation.</param>
/// <param name="Rare">Of the rarer half of the codes the sum of the differences of their shares over the sum of their shares.</param>
internal sealed record RecordWorth(
    double Phi, double FreshPhi, double Together, double Auc, double Membership, double Mean, double Deviation, double Rare)
{
    public static readonly string[] Header =
    [
        "phi, training records", "phi, fresh records", "co-occurrence, %", "AUC", "membership AUC", "codes a record, mean and deviation",
        "rarer half of codes",
    ];

    // Codes of fewer records have phi coefficients of chance.
    private const double PairedShare = 0.02;

    private const int Outcomes = 10;

    /// <summary>Measures records.</summary>
    /// <param name="training">The records that were learnt from.</param>
    /// <param name="fresh">Others.</param>
    /// <param name="made">The made records, or for the ceiling the training records themselves.</param>
    public static RecordWorth Of(Table training, Table fresh, Table made)
    {
        int width = training.Columns.Count;
        double[] shares = Shares(training), madeShares = Shares(made);
        int[] paired = [.. Enumerable.Range(0, width).Where(i => shares[i] >= PairedShare && shares[i] <= 1 - PairedShare)];
        int[] rare = [.. Enumerable.Range(0, width).Where(i => shares[i] > 0).OrderBy(i => shares[i]).Take(width / 2)];
        (double[] Phi, double[] Together) own = Pairs(training, paired), others = Pairs(fresh, paired), found = Pairs(made, paired);
        double[] codes = [.. Enumerable.Range(0, made.RowCount).Select(row => Sum(made.Row(row)))];
        double mean = codes.Average();
        PrivacyResult? privacy = ReferenceEquals(made, training) ? null : PrivacyMetrics.Measure(training, fresh, made);
        return new RecordWorth(
            Correlation(found.Phi, own.Phi),
            Correlation(found.Phi, others.Phi),
            100 * Math.Sqrt(found.Together.Zip(own.Together, (x, y) => (x - y) * (x - y)).Average()),
            Enumerable.Range(0, width).OrderByDescending(i => Math.Min(shares[i], 1 - shares[i])).Take(Outcomes)
                .Average(outcome => Predicted(made, fresh, outcome)),
            privacy?.MembershipAuc ?? double.NaN,
            mean,
            Math.Sqrt(codes.Average(code => (code - mean) * (code - mean))),
            rare.Sum(i => Math.Abs(shares[i] - madeShares[i])) / Math.Max(1e-9, rare.Sum(i => shares[i])));
    }

    /// <summary>The means of several.</summary>
    public static RecordWorth MeanOf(IReadOnlyCollection<RecordWorth> all) => new(
        all.Average(one => one.Phi), all.Average(one => one.FreshPhi), all.Average(one => one.Together), all.Average(one => one.Auc),
        all.Average(one => one.Membership), all.Average(one => one.Mean), all.Average(one => one.Deviation), all.Average(one => one.Rare));

    public string[] Cells() =>
    [
        ResultTable.Short(Phi), ResultTable.Short(FreshPhi), $"{Together:F2}", ResultTable.Short(Auc), ResultTable.Short(Membership),
        $"{Mean:F2}, {Deviation:F2}", ResultTable.Short(Rare),
    ];

    private static double[] Shares(Table table) => [.. Enumerable.Range(0, table.Columns.Count)
        .Select(i => Enumerable.Range(0, table.RowCount).Average(row => table[row, i]))];

    private static double Sum(ReadOnlySpan<double> record)
    {
        double sum = 0;
        foreach (double code in record)
            sum += code;
        return sum;
    }

    /// <summary>Per pair of codes the phi coefficient, and the share of records that have both.</summary>
    private static (double[] Phi, double[] Together) Pairs(Table table, int[] columns)
    {
        List<double> phi = [], together = [];
        double[] shares = Shares(table);
        for (int i = 0; i < columns.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                (int first, int second) = (columns[i], columns[j]);
                double both = Enumerable.Range(0, table.RowCount).Average(row => table[row, first] * table[row, second]);
                double scale = shares[first] * (1 - shares[first]) * shares[second] * (1 - shares[second]);
                phi.Add(scale > 0 ? (both - shares[first] * shares[second]) / Math.Sqrt(scale) : 0);
                together.Add(both);
            }
        }
        return ([.. phi], [.. together]);
    }

    private static double Correlation(double[] p, double[] q)
    {
        double meanP = p.Average(), meanQ = q.Average();
        double pp = p.Sum(x => (x - meanP) * (x - meanP)), qq = q.Sum(x => (x - meanQ) * (x - meanQ));
        return p.Zip(q, (x, y) => (x - meanP) * (y - meanQ)).Sum() / Math.Sqrt(Math.Max(1e-12, pp * qq));
    }

    private static double Predicted(Table training, Table test, int outcome)
    {
        MLContext ml = new(seed: 1);
        IDataView Load(Table table)
        {
            SchemaDefinition schema = SchemaDefinition.Create(typeof(Record));
            schema[nameof(Record.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, table.Columns.Count);
            Record[] records = [.. Enumerable.Range(0, table.RowCount).Select(row => Record.Of(table.Row(row), outcome))];
            return ml.Data.LoadFromEnumerable(records, schema);
        }
        var trainer = ml.BinaryClassification.Trainers.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options
        {
            LabelColumnName = nameof(Record.HasOutcome),
            FeatureColumnName = nameof(Record.Features),
            L1Regularization = 0,
            L2Regularization = 3,
            NumberOfThreads = 1,
        });
        // No made record may have the outcome; then nothing is learnt.
        double share = Enumerable.Range(0, training.RowCount).Average(row => training[row, outcome]);
        if (share is 0 or 1)
            return 0.5;
        IDataView scored = trainer.Fit(Load(training)).Transform(Load(test));
        return ml.BinaryClassification.Evaluate(scored, nameof(Record.HasOutcome)).AreaUnderRocCurve;
    }

    private sealed class Record
    {
        public float[] Features { get; set; } = [];

        public bool HasOutcome { get; set; }

        public static Record Of(ReadOnlySpan<double> codes, int outcome)
        {
            float[] features = [.. codes.ToArray().Select(code => (float)code)];
            features[outcome] = 0;
            return new Record { Features = features, HasOutcome = codes[outcome] == 1 };
        }
    }
}
