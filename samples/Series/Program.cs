// Time series with holes: a simulated ward, whose patients' vital signs are measured now and then.
//   1. fill the charts in and compare with what was hidden;
//   2. predict with ML.NET who dies, from filled charts;
//   3. follow one live patient, hour by hour, with a model that never looks ahead.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
(List<VitalSigns> truth, Dictionary<string, bool> died) = Ward.Simulate(patients: 200, hours: 48, seed: 1);
List<VitalSigns> kept = Ward.WithHoles(truth, seed: 2);
IDataView rows = ml.Data.LoadFromEnumerable(kept);
Console.WriteLine($"{died.Count} patients, {died.Values.Count(dies => dies)} died; {kept.Count} rows, " +
    $"{VitalSigns.Measured.Average(name => kept.Count(row => float.IsNaN(row[name])) / (double)kept.Count):P0} of the cells are missing");

// 1. Fill in, with the default and with baselines.
Console.WriteLine();
Console.WriteLine($"root mean squared error   {string.Join(" ", VitalSigns.Measured.Select(name => $"{name,10}"))}");
Dictionary<string, List<VitalSigns>> filled = [];
string[] methods = ["mean", "forward", "linear", SeriesImputationMethods.All[0].Name];
foreach (string name in methods.Distinct())
{
    ITransformer model = Estimator(SeriesImputationMethods.Find(name)!.NewOptions(), SeriesDirection.Smooth).Fit(rows);
    filled[name] = [.. ml.Data.CreateEnumerable<VitalSigns>(model.Transform(rows), reuseRowObject: false)];
    Console.WriteLine($"  {name,-23} {string.Join(" ", VitalSigns.Measured.Select(column => $"{Error(filled[name], column),10:F2}"))}");
}

// 2. Who dies? One row a patient: the mean and the last value of each measurement. Whole patients are in one part.
Console.WriteLine();
foreach ((string name, List<VitalSigns> charts) in filled)
{
    IDataView patients = ml.Data.LoadFromEnumerable(charts.GroupBy(row => row.Patient).Select(chart => new Stay
    {
        Patient = chart.Key,
        Died = died[chart.Key],
        Features =
        [
            chart.First().Age,
            .. VitalSigns.Measured.Select(column => chart.Average(row => row[column])),
            .. VitalSigns.Measured.Select(column => chart.MaxBy(row => row.Hour)![column]),
        ],
    }));
    SeriesSplit split = ml.Data.TrainTestSplitBySeries(patients, nameof(Stay.Patient), testFraction: 0.4, seed: 1);
    ITransformer model = ml.Transforms.NormalizeMeanVariance("Features")
        .Append(ml.BinaryClassification.Trainers.LbfgsLogisticRegression("Died")).Fit(split.TrainSet);
    double area = ml.BinaryClassification.Evaluate(model.Transform(split.TestSet), "Died").AreaUnderRocCurve;
    Console.WriteLine($"deaths from charts filled by {name,-8} AUC {area:F3}");
}

// 3. A live patient: each row is filled from what is known by then.
ITransformer causal = Estimator(SeriesImputationMethods.All[0].NewOptions(), SeriesDirection.Causal).Fit(rows);
using SeriesEngine<VitalSigns> engine = causal.CreateSeriesEngine<VitalSigns>(ml);
List<VitalSigns> live = Ward.WithHoles(Ward.Simulate(patients: 1, hours: 8, seed: 7).Rows, seed: 3);
Console.WriteLine();
Console.WriteLine("live patient, hour by hour (filled in brackets)");
foreach (VitalSigns step in live)
{
    VitalSigns now = engine.Append(step);
    Console.WriteLine($"  {now.Hour,5:F1} h  {string.Join("  ", VitalSigns.Measured.Select(name => Shown(name, step, now)))}");
}

DiffusionImputeSeriesEstimator Estimator(SeriesImputerOptions method, SeriesDirection direction) => ml.Transforms.DiffusionImputeSeries(
    VitalSigns.Measured, groupColumn: nameof(VitalSigns.Patient), orderColumn: nameof(VitalSigns.Hour), new()
    {
        Method = method,
        Direction = direction,
        StaticColumns = [nameof(VitalSigns.Age)],
    });

double Error(List<VitalSigns> charts, string column) => Math.Sqrt(Enumerable.Range(0, kept.Count)
    .Where(i => float.IsNaN(kept[i][column])).Average(i => Math.Pow(charts[i][column] - truth[i][column], 2)));

static string Shown(string name, VitalSigns step, VitalSigns now) =>
    float.IsNaN(step[name]) ? $"{name} [{now[name]:F1}]" : $"{name} {now[name]:F1}";

/// <summary>What a patient's stay comes to.</summary>
internal sealed class Stay
{
    public string Patient { get; set; } = "";

    public bool Died { get; set; }

    [VectorType(7)]
    public float[] Features { get; set; } = [];
}
