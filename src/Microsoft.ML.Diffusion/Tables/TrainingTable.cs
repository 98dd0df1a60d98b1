using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>What was read of a view.</summary>
/// <param name="Table">The rows that were kept, in the order of the view.</param>
/// <param name="Columns">The columns of the view, with what was learnt.</param>
/// <param name="Roles">The roles of the columns; null where nobody asked for them.</param>
/// <param name="Seen">How many rows the view has.</param>
/// <param name="FirstId">The id of the first.</param>
internal sealed record TrainingTable(CompactTable Table, ViewColumn[] Columns, ColumnRoles? Roles, long Seen, DataViewRowId FirstId);
