// Is a classifier that has few rows to learn from better for synthetic ones? FastTree learns a diagnosis from 70 biopsies alone, with rows of a
// diffusion model of those 70, and with rows of SMOTE; the other biopsies judge. Three splits.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.Models.Methods.Smote;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Splits = 3, AddedRows = 500;
string label = nameof(Biopsy.Malignant);
var ml = new MLContext(seed: 1);
IDataView rows = ml.Data.LoadFromTextFile<Biopsy>(
    Path.Combine(AppContext.BaseDirectory, "breast_cancer.csv"),
    new TextLoader.Options { Separators = [','], HasHeader = true, MissingRealsAsNaNs = true });

Console.WriteLine($"area under the ROC curve on unseen biopsies  {"real rows",10} {"+ diffusion",12} {"+ SMOTE",10}");
double[] mean = new double[3];
TimeSpan took = default;
for (int split = 1; split <= Splits; split++)
{
    DataOperationsCatalog.TrainTestData data = ml.Data.TrainTestSplit(rows, testFraction: 0.9, seed: split);
    var clock = Stopwatch.StartNew();
    double diffusion = Auc(data, new() { Seed = split });
    took += clock.Elapsed;
    double[] auc = [Auc(data, null), diffusion, Auc(data, new() { Seed = split, Method = new SmoteOptions() })];
    Console.WriteLine($"  split {split}                                    {auc[0],10:F4} {auc[1],12:F4} {auc[2],10:F4}");
    for (int i = 0; i < auc.Length; i++)
        mean[i] += auc[i] / Splits;
}
Console.WriteLine($"  mean                                       {mean[0],10:F4} {mean[1],12:F4} {mean[2],10:F4}   ({took.TotalSeconds / Splits:F1} s a training with diffusion)");

// The saved model adds nothing and holds nothing of the rows that were made.
ITransformer model = Pipeline(new() { Seed = 1, Balance = true }, rowCount: null).Fit(rows);
string path = Path.Combine(Path.GetTempPath(), "augmented-model.zip");
ml.Model.Save(model, rows.Schema, path);
ITransformer loaded = new MLContext().Model.Load(path, out _);
int scored = loaded.Transform(rows).GetColumn<bool>("PredictedLabel").Count();
DiffusionAugmentTransformer augment = ((IEnumerable<ITransformer>)model).OfType<DiffusionAugmentTransformer>().Single();
Console.WriteLine();
Console.WriteLine($"trained with {augment.AddedRows!.GetColumn<bool>(label).Count()} more malignant rows, so that both classes have as many; the loaded model scores {scored} rows");

double Auc(DataOperationsCatalog.TrainTestData data, DiffusionAugmentEstimator.Options? options) => ml.BinaryClassification
    .Evaluate(Pipeline(options, AddedRows).Fit(data.TrainSet).Transform(data.TestSet), label).AreaUnderRocCurve;

IEstimator<ITransformer> Pipeline(DiffusionAugmentEstimator.Options? options, long? rowCount) => ml.Transforms
    .DiffusionAugment(options is null ? 0 : rowCount, label, options)
    .Append(ml.Transforms.Concatenate("Features", Biopsy.Measurements))
    .Append(ml.BinaryClassification.Trainers.FastTree(labelColumnName: label));
