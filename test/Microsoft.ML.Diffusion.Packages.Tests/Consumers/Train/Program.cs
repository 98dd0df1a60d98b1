// Train MODEL.zip: fill in what is missing, add rows, train boosted trees, save the model, and print what it says of one patient.
using System.Globalization;
using Microsoft.ML;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
IDataView rows = ml.Data.LoadFromEnumerable(Patient.Simulate(200));

var pipeline = ml.Transforms.DiffusionImpute("Age", "Lactate", "Ward")
    .Append(ml.Transforms.DiffusionAugment(100, labelColumnName: "Label"))
    .Append(ml.Transforms.Categorical.OneHotEncoding("WardSlots", "Ward"))
    .Append(ml.Transforms.Concatenate("Features", "Age", "Lactate", "WardSlots"))
    .Append(ml.BinaryClassification.Trainers.FastTree());

ITransformer model = pipeline.Fit(rows);
ml.Model.Save(model, rows.Schema, args[0]);
Console.WriteLine(Patient.Describe(ml, model));
