using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>The rows that a model of whole rows is trained on.</summary>
/// <param name="Table">The rows that were kept.</param>
/// <param name="ViewColumns">How their columns come from the view.</param>
/// <param name="Label">The label's place in the table; null for none, or for a label of several columns.</param>
/// <param name="Seen">How many rows the view has.</param>
/// <param name="FirstId">The id of the first.</param>
internal sealed record TrainingRows(CompactTable Table, ViewColumn[] ViewColumns, int? Label, long Seen, DataViewRowId FirstId);
