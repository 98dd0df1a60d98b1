// Train MODEL.zip: fill in what is missing, add rows, train boosted trees, save the model, and print what it says of one patient.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Diffusion;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
IDataView rows = ml.Data.LoadFromEnumerable(Patient.Simulate(200));

// Not as good as it could be: this program is built and run by a test.
TimeSpan most = TimeSpan.FromSeconds(2);
var pipeline = ml.Transforms.DiffusionImpute([new("Age"), new("Lactate"), new("Ward")], new() { Method = { MaxTrainingTime = most } })
    .Append(ml.Transforms.DiffusionAugment(100, labelColumnName: "Label", new() { Method = { MaxTrainingTime = most } }))
    .Append(ml.Transforms.Categorical.OneHotEncoding("WardSlots", "Ward"))
    .Append(ml.Transforms.Concatenate("Features", "Age", "Lactate", "WardSlots"))
    .Append(ml.BinaryClassification.Trainers.FastTree());

ITransformer model = pipeline.Fit(rows);
ml.Model.Save(model, rows.Schema, args[0]);
Console.WriteLine(Patient.Describe(ml, model));
