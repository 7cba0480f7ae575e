/** Only what our plots use of ECharts; imported by lazy pages alone. */

import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendScrollComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([BarChart, LineChart, GridComponent, LegendScrollComponent, TooltipComponent, CanvasRenderer])

export { init }
