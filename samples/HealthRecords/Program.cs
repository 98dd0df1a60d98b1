// Records of diagnoses that belong to nobody: learn wide, sparse records with MedDiff, make as many for those who died and for those who did not,
// and compare how often every code comes. Simulated patients; of MIMIC-III where a folder with its two files is given (README.md):
//   dotnet run -c Release --project samples/HealthRecords [-- FOLDER]
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Records records = args.Length > 0 ? MimicRecords.Read(args[0]) : SimulatedRecords.Make(patients: 3000, codes: 150, seed: 1);
var ml = new MLContext(seed: 1);
DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(records.ToView(ml), testFraction: 0.3, seed: 1);
var clock = Stopwatch.StartNew();

// The default is a wide network for wide records, which takes a while; a few hundred codes do with a narrow one.
MedDiffOptions options = new();
if (records.Codes.Length < 300)
    (options.Width, options.Steps, options.BatchSize, options.LearningRate) = (16, 1500, 64, 3e-3);
DiffusionSynthesizeTransformer model = ml.Transforms.DiffusionSynthesize(nameof(Patient.Died), new() { Method = options }).Fit(split.TrainSet);
Console.WriteLine($"learnt {records.Patients.Length} patients with {records.Codes.Length} codes in {clock.Elapsed.TotalSeconds:F0} s");

// Records of one class at a time, as many as wanted: the network is led to it.
Console.WriteLine($"how often each code comes, against training patients   {"correlation",12} {"mean error",11} {"largest",9}");
foreach (bool died in new[] { true, false })
{
    double[] real = Frequencies(split.TrainSet, died);
    IDataView made = model.Generate(2000, new RowConditions().Where(nameof(Patient.Died), died));
    Report($"made, {(died ? "died" : "survived")}", real, Frequencies(made, died));
    Report($"held out, {(died ? "died" : "survived")}", real, Frequencies(split.TestSet, died));
}

// What they are worth: who dies, learnt from records of nobody, asked of real patients.
IDataView all = model.Generate(2000);
Console.WriteLine($"AUC of a logistic regression on held-out patients: {Auc(split.TrainSet):F3} learnt from real ones, {Auc(all):F3} from those made");

void Report(string name, double[] real, double[] other)
{
    double[] errors = [.. real.Zip(other, (a, b) => Math.Abs(a - b))];
    int worst = Array.IndexOf(errors, errors.Max());
    Console.WriteLine($"  {name,-52} {Correlation(real, other),12:F4} {errors.Average(),11:P2} {errors.Max(),9:P1} ({records.Codes[worst]})");
}

double[] Frequencies(IDataView view, bool died)
{
    double[] counts = new double[records.Codes.Length];
    int patients = 0;
    using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
    ValueGetter<VBuffer<float>> codes = cursor.GetGetter<VBuffer<float>>(view.Schema[nameof(Patient.Codes)]);
    ValueGetter<bool> label = cursor.GetGetter<bool>(view.Schema[nameof(Patient.Died)]);
    VBuffer<float> own = default;
    bool isDead = false;
    while (cursor.MoveNext())
    {
        label(ref isDead);
        if (isDead != died)
            continue;
        codes(ref own);
        patients++;
        foreach ((int code, float value) in own.Items())
            counts[code] += value;
    }
    return [.. counts.Select(count => count / Math.Max(1, patients))];
}

double Auc(IDataView training) => ml.BinaryClassification.Evaluate(
    ml.BinaryClassification.Trainers.LbfgsLogisticRegression(nameof(Patient.Died), nameof(Patient.Codes)).Fit(training).Transform(split.TestSet),
    nameof(Patient.Died)).AreaUnderRocCurve;

static double Correlation(double[] a, double[] b)
{
    double meanA = a.Average(), meanB = b.Average();
    double both = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
    return both / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
}
